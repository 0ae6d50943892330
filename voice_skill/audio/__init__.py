"""Sound: recordings, devices, the player, live streams and voice activity."""
