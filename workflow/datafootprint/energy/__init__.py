"""Energy of one training epoch, measured or published."""
