"""What the modals do: filling them, reading what comes back, and answering the buttons in them."""
