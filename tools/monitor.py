"""Watching endpoints: drift checks, schedules and alerts."""

from __future__ import annotations

from tools.base import Spoken, Tool
from tools.drift_check import CheckDrift, check_drift
from tools.watching import (
    ListMonitors,
    MonitorModel,
    SnoozeAlert,
    StopMonitor,
    list_monitors,
    monitor_model,
    snooze_alert,
    stop_monitor,
)
from tools.words import Slot, Words

check_drift_tool = Tool(
    name="check_drift",
    summary="Compare recent data with what the model was trained on, now.",
    args=CheckDrift,
    run=check_drift,
    effect="read",
    where="job",
    words=Words(
        verbs=(
            "check|test|look|measure|detect|run|compute|inspect|analyse|analyze|find|see|do|show|"
            "report",
        ),
        nouns=("drift|drifted|drifting|shift|shifted",),
        phrases=(
            "drift|drifted|drifting|drifts",
            "compare ~~ for drift|shift",
            "still|similar|same|match|matches|like ~ training|trained data|on|with|for?",
            "compare|held ~ live|incoming|new|recent|current|served ~ training|trained|reference",
            "is|be|has|have|any|there ~ drift|drifted|drifting|shift",
            "check|test|look|measure|detect ~ drift|shift",
            "data|distribution|population|covariate|input|inputs|feature shift|shifted|changed|"
            "moved|drift|drifted",
            "have|has|did ~ data|inputs|distribution|distributions|population|customers|input ~ "
            "changed|change|shifted|moved",
            "what|which|how ~ drifted|shifted|drift",
        ),
        unless=(
            "monitor|monitors|monitoring|watch|watching|every|daily|hourly|weekly|schedule|each|"
            "weekdays|alert|alerts",
            "snooze|mute|stop|pause|suspend|nightly|monthly|twice|always|keep|continuously|"
            "regularly|constantly",
            "<schedule>",
        ),
        slots={"dataset": Slot("dataset")},
    ),
    examples=("is there any drift?", "check m1 for drift"),
)


monitor_model_tool = Tool(
    name="monitor_model",
    summary="Check an endpoint for drift on a schedule and alert here.",
    args=MonitorModel,
    run=monitor_model,
    spoken=lambda args: (Spoken("channel", args.channel),) if args.channel else (),
    effect="write",
    where="bot",
    words=Words(
        verbs=("monitor|watch|track|observe|supervise|guard|alert",),
        nouns=(
            "it|model|<model>|drift|endpoint|production|prod|staging|deployment|this|that|data|"
            "inputs|me",
        ),
        phrases=(
            "monitor",
            "keep|have eye on",
            "watch|track|observe ~ it|model|<model>|drift|endpoint|production|prod|staging|"
            "deployment|this",
            "check|test|look|measure|detect|run|compute|inspect|report ~~ drift ~~ <schedule>",
            "check|test|look|measure|detect|inspect|report ~ <schedule> ~~ "
            "drift|drifts|drifted|shift|shifts",
            "<schedule> ~~ check|test|look|measure|detect|run|inspect|report ~~ drift",
            "drift check|checks|report ~~ <schedule>",
            "drift ~~ <schedule>",
            "check|look|test ~ again|in? <schedule> ~ hours|hour|minutes|days|day",
            "check|test|inspect it|model|<model>|endpoint|production|staging ~~ <schedule>",
            "schedule|set|setup|start|create|add|enable|activate|begin|put ~ "
            "monitor|monitoring|check|checks|drift|watch|alarm|alerts|alerting",
            "alert|notify|warn|ping|tell|inform ~~ if|when|as|about ~~ drift|drifts|drifted|shift|"
            "shifts|changes|change|changed|moves",
            "drift monitor|monitoring|alert|alerts|detection ~~ on|every|for|enable",
            "change|set|make ~ monitor|schedule ~ to|every|hourly|daily|weekly",
        ),
        unless=(
            "stop|disable|remove|delete|cancel|off|unwatch|pause|end|kill|mute|snooze|silence|quit",
            "no more",
            "show|list|what|which|see ~ monitor|monitors|watched|monitored|monitoring",
            "unmonitor",
            "what is ~ watched|monitored",
            "workflow",
        ),
        slots={
            "every": Slot("schedule"),
            "cron": Slot("schedule"),
            "environment": Slot(
                "choice",
                values={
                    "production": ("production|prod|live|prd",),
                    "staging": ("staging|stage|stg",),
                },
            ),
            "channel": Slot("name", says=("in|to|into channel <>", "in|to # <>")),
        },
    ),
    examples=("monitor it for drift every hour", "check for drift every weekday at 8"),
)


list_monitors_tool = Tool(
    name="list_monitors",
    summary="List the drift monitors with their last results.",
    args=ListMonitors,
    run=list_monitors,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "list|show|see|display|view|give|what|which|all|my ~ monitors|watchers|watches|"
            "monitoring|schedules",
            "what|which ~ be|is|are|do ~ watched|monitored|watching|monitoring|scheduled|watch|"
            "monitor",
            "monitors",
            "monitor|monitoring status|overview|list",
            "status of ~ monitor|monitors|monitoring",
            "be|is|are ~ monitored|watched",
            "show|list|see monitor",
            "when be|is ~ next ~ check",
        ),
        unless=("stop|set|start|every|cancel|delete|remove|create|turn|disable|job|jobs|alert",),
    ),
    examples=("show monitors", "what is being watched?"),
)


stop_monitor_tool = Tool(
    name="stop_monitor",
    summary="Stop watching a model.",
    args=StopMonitor,
    run=stop_monitor,
    effect="write",
    where="bot",
    words=Words(
        verbs=(
            "stop|cancel|disable|remove|delete|end|kill|quit|deactivate|cease|drop|pause|"
            "unschedule|terminate",
        ),
        nouns=("monitor|monitors|monitoring|watching|watch|tracking|observing",),
        phrases=(
            "turn|switch|shut off|down ~ monitor|monitors|monitoring|watch|drift",
            "turn|switch|shut ~ monitor|monitors|monitoring|watch|drift off|down",
            "stop|cancel|disable|end|pause|suspend ~ drift|checking|checks|check|alerting|schedule",
            "stop ~ checking ~ drift",
            "unwatch|unmonitor",
            "no more ~ monitoring|watching|checks|checking",
            "do not need ~ monitor|monitoring|watch|watching",
            "no need ~ monitor|monitoring|watch|watching",
            "no longer ~ monitor|watch",
        ),
        unless=("snooze|mute|training|endpoint|alert|alerts|alarm",),
    ),
    examples=("stop the drift monitor", "stop watching it"),
)


snooze_alert_tool = Tool(
    name="snooze_alert",
    summary="Silence the open alert of a model for a while.",
    args=SnoozeAlert,
    run=snooze_alert,
    effect="write",
    where="bot",
    words=Words(
        verbs=(
            "snooze|mute|silence|pause|postpone|hush|suppress|quiet|ignore|defer|hold|suspend|"
            "delay|dismiss|stop",
        ),
        nouns=("alert|alerts|alarm|alarms|notification|notifications|warning|warnings|pings",),
        phrases=(
            "snooze|mute|silence|hush",
            "be|keep|stay quiet|silent|still",
            "shut|turn|switch ~ alert|alerts|alarm|warnings up|off",
            "remind|ask|tell|come later|tomorrow|again|back",
            "leave me? alone ~ until|for",
            "stop disturbing|bothering|alerting|notifying|pinging|bugging|nagging|annoying|"
            "pestering",
            "do not disturb|bother|alert|notify|ping|bug|nag|annoy|pester|spam|alerting|pinging|"
            "bothering|notifying|bugging|nagging|annoying",
            "shut up ~ until|for|about",
        ),
        unless=("unmute|unsnooze|workflow",),
        slots={"duration": Slot("duration")},
    ),
    examples=("snooze the alert for 6 hours", "mute the alert until tomorrow"),
)
