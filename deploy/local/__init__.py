"""The services of the Kafka engine as child processes on one machine, without Docker."""
