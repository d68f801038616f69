"""The operator on call: a way in from a terminal, with the rights of whoever sits at it.

`python -m chalicelib.ops --stage dev …`. It reads what a stage is from the stage itself, goes through the
same use cases as everybody else, and is not part of what runs on Lambda.
"""
