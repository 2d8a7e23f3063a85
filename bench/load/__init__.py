"""Requests on a schedule, from several processes, measured from the moment each was due."""
