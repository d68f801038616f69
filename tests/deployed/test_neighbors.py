"""What Stripe and Microsoft do, once more: cards, banks, payouts, disputes, access, in what is deployed."""

from __future__ import annotations

from tests.journeys.test_neighbors import *  # noqa: F403

del test_a_notice_that_we_could_not_check_is_sent_again_and_then_taken  # noqa: F821  (they keep a certificate)
