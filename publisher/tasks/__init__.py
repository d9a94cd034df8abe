"""What the publisher does, one file a task: store in, a stage, store out.

Every task is a plain function of settings, store, time and its own few arguments. The command line, the
scheduler and the web call the same ones. Every task may run twice at once: the database's keys decide.
"""
