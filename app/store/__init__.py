"""The only code that speaks SQL: plain functions, one module per aggregate; none commits."""
