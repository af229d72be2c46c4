"""How it is calculated: pure rules without Django and without a clock; faults are codes, never sentences."""
