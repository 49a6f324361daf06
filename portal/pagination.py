"""How long lists are cut for the API."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """100 rows a page unless ``page_size`` asks for up to 1000."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"
