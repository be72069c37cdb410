"""What turns a report into pages and files. Each module with `files_of(report, drawings)` adds its own to the folder."""
