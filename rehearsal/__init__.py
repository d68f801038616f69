"""The product as it is deployed, rehearsed: the real package on an emulator of AWS, simulated neighbors."""
