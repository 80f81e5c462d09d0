"""Every patch, in the order in which they are put on."""

from typing import Any

import ministack.app

from local.ministack.alarm_clock import patch_alarm_clock
from local.ministack.alarm_puts import patch_alarm_puts
from local.ministack.alarms import patch_alarm_readback
from local.ministack.bedrock import patch_bedrock
from local.ministack.bucket_denials import patch_bucket_denials
from local.ministack.bus_policies import patch_put_permission
from local.ministack.buses import patch_buses
from local.ministack.emit import with_emit_door
from local.ministack.functions import patch_functions
from local.ministack.principals import patch_principals
from local.ministack.queues import patch_queues
from local.ministack.redrives import patch_redrives
from local.ministack.rule_retries import patch_rule_retries
from local.ministack.rule_targets import patch_rule_targets
from local.ministack.s3_checksums import patch_checksums_of_copies
from local.ministack.s3_copies import patch_copies_between_accounts
from local.ministack.s3_events import patch_s3_events
from local.ministack.s3_owners import patch_expected_owners


def patched_server() -> Any:
    """Patch MiniStack in this process and return its server module."""
    patch_alarm_puts()
    patch_alarm_readback()
    patch_alarm_clock()
    patch_copies_between_accounts()
    patch_checksums_of_copies()
    patch_expected_owners()
    patch_bucket_denials()
    patch_principals()  # last of those on S3's door: it says who calls, which the others ask
    patch_s3_events()
    patch_put_permission()
    patch_rule_targets()
    patch_redrives()
    patch_queues()
    patch_functions()
    patch_buses()
    patch_bedrock()
    patch_rule_retries()  # last of those on EventBridge: it watches what the others deliver with
    ministack.app.app = with_emit_door(ministack.app.app)
    return ministack.app
