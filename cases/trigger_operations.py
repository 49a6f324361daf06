"""Operations of migrations that add and remove triggers.

The same as pgtrigger's, without rendering the models around the trigger's anew: a trigger changes no field, and with
hundreds of triggers rendering takes most of the time that an empty database takes to be set up.
"""

import pgtrigger.migrations
from django.db.migrations.state import ProjectState


class AddTrigger(pgtrigger.migrations.AddTrigger):
    """Adds a trigger to a model."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, self.model_name_lower].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]


class RemoveTrigger(pgtrigger.migrations.RemoveTrigger):
    """Removes a trigger from a model by its name."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, self.model_name_lower].options
        options["triggers"] = [trigger for trigger in options.get("triggers", []) if trigger.name != self.name]
