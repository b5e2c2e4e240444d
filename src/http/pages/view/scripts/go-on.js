/** Goes on by itself. The address of this page is replaced, so that the back button skips it. */
location.replace(document.getElementById('go').href)
