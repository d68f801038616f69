"""What a month costs at AWS: counted operations, a table of prices with its date, and what is assumed."""
