"""Stripe: the cards, the sales tax and the payouts, behind the words of payments, taxes and payouts."""
