"""Tables as offices keep them: CSV and XLSX, read with their habits and written without harm."""
