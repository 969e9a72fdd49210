"""What we remember: SQLAlchemy; SQLite by default, PostgreSQL when asked."""
