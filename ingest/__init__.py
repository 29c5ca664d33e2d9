"""The HTTP service: one file a client form, the Kafka writer, the emulator."""
