"""When things happen: durable jobs, schedules, checks and alerts."""
