"""Simulators of the neighbors: the providers' own HTTP, with state, living by the clock of the sandbox."""
