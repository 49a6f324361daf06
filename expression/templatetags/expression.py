"""Values of assays as people read them."""

from django import template

from expression.specimen_values import delta_text

register = template.Library()
register.filter("delta_cq", delta_text)
