"""The only place that names everything: settings, urls, commands."""
