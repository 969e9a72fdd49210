"""What is heard over HTTP: providers that call back, short links to accept or decline, phones that subscribe."""
