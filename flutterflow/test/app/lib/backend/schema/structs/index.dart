// Of the app's own: empty here.
