"""The review page: a server on loopback, and the page that it gives to the browser of the person who started it."""
