"""Frozen records of the catalog: what is known, who did it, and what is still to do.

Times are aware UTC datetimes. Ids are short random strings unless said otherwise. Fields of
type `dict` hold JSON values only.
"""

from __future__ import annotations

from storage.catalog.records.conversation import (
    Action,
    Approval,
    ApprovalState,
    Fact,
    FactReach,
    InboxRow,
    ModelCall,
    OutboxRow,
    OutboxState,
    Post,
    StoredMessage,
    Talk,
    Turn,
    TurnState,
    Waiting,
    WaitingKind,
    WaitingState,
)
from storage.catalog.records.datasets import ColumnInfo, ColumnKind, DatasetVersion, Upload
from storage.catalog.records.models import (
    Deployment,
    EndpointKey,
    Environment,
    ModelVersion,
    PredictionPart,
)
from storage.catalog.records.monitors import (
    Alert,
    AlertState,
    DriftReport,
    Monitor,
    OutsideAlert,
)
from storage.catalog.records.places import (
    Actor,
    Address,
    Channel,
    ChannelState,
    Follow,
    Grant,
    Json,
    Privacy,
    Scope,
)
from storage.catalog.records.work import Job, JobState, Lease

__all__ = [
    "Action",
    "Actor",
    "Address",
    "Alert",
    "AlertState",
    "Approval",
    "ApprovalState",
    "Channel",
    "ChannelState",
    "ColumnInfo",
    "ColumnKind",
    "DatasetVersion",
    "Deployment",
    "DriftReport",
    "EndpointKey",
    "Environment",
    "Fact",
    "FactReach",
    "Follow",
    "Grant",
    "InboxRow",
    "Job",
    "JobState",
    "Json",
    "Lease",
    "ModelCall",
    "ModelVersion",
    "Monitor",
    "OutboxRow",
    "OutboxState",
    "OutsideAlert",
    "Post",
    "PredictionPart",
    "Privacy",
    "Scope",
    "StoredMessage",
    "Talk",
    "Turn",
    "TurnState",
    "Upload",
    "Waiting",
    "WaitingKind",
    "WaitingState",
]
