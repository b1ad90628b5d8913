"""The processes of the Kafka engine towards people, each put together from its settings: project, push, api."""
