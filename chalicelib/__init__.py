"""Seatwise: Microsoft 365, resold by freelancers, with the money right."""
