"""What the modals look like; pure, like everything that is looks."""
