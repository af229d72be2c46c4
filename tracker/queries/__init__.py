"""Where does this page's data come from: one function a page, returning frozen dataclasses."""
