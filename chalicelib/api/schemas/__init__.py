"""What the API takes and what it answers; the OpenAPI document is generated from these."""
