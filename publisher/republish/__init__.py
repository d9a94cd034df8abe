"""Articles become kits: copies that other sites may run as they are."""
