"""Microsoft as it is spoken to: Partner Center, its price sheets and webhooks, and Graph."""
