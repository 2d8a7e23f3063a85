"""The tables of this service behind one repository an aggregate."""
