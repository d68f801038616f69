"""Seatwise: Microsoft 365, resold by freelancers, with the money right."""

import gc

# A function that has just started makes a hundred thousand objects, and all of them stay: going through them
# for garbage would take it a tenth of that time. What an event leaves behind is freed without such a search.
gc.set_threshold(200_000)
