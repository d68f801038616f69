"""The whole product on one machine: AWS in memory, simulators of the neighbors, and a clock that moves."""
