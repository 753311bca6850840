"""The room of the local review page: server and built front-end. Empty until that page is built."""
