// The page calls Explainer: see main.js.
return 0;
