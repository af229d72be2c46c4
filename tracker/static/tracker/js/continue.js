// A form that goes on by itself: the page that answers it asks for the next part until there is none left.
const form = document.querySelector("form[data-continue]");
if (form) setTimeout(() => form.requestSubmit(form.querySelector("button:not([formaction])")), 300);
