"""What a deployment needs beside the code: the services it stands on, here on one machine and elsewhere."""
