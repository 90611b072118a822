"""What is known of personal data without any database: how it looks masked, and where it hides in free text. Pure."""
