"""What the side of people does on Kafka: it says what people say, hears verdicts, and follows the picture."""
