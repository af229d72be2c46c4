"""Chinese dates as people write them: no zero before a month or a day (9月5日), as in the product's own sentences."""

MONTH_DAY_FORMAT = "n月j日"
