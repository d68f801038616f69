"""A simulator of whoever signs people in: an OpenID Connect provider where anybody can be anybody."""

from sandbox.simulators.sign_in.simulator import CLIENT_ID, SignInSimulator

__all__ = ["CLIENT_ID", "SignInSimulator"]
