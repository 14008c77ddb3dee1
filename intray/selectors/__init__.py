"""What to show: the tray, one letter's route, the choice of addressees, the signing folder."""

from intray.selectors.route import endorsements_of, my_step, steps_of

__all__ = ["endorsements_of", "my_step", "steps_of"]
