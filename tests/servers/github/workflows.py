"""Workflow files that tests put into the local GitHub."""

NIGHTLY = """
name: Nightly retrain
run-name: Nightly ${{ inputs.mlops_run }}
on:
  schedule: [{cron: "0 3 * * *"}]
  workflow_dispatch:
    inputs:
      rows: {type: number, required: true, description: how many rows}
      mode: {type: choice, options: [quick, full], default: quick}
      dry_run: {type: boolean, default: false}
      mlops_run: {type: string, required: false}
jobs: {}
"""

PLAIN = """
name: Tests
on: [push, workflow_dispatch]
jobs: {}
"""

DEPLOY = """
name: Deploy
on:
  workflow_dispatch:
    inputs:
      target: {type: environment, required: true}
jobs: {}
"""

RELEASE = """
name: Release a model
run-name: Release ${{ inputs.model }} v${{ inputs.version }} ${{ inputs.mlops_run }}
on:
  workflow_dispatch:
    inputs:
      model: {required: true, type: string}
      version: {required: true, type: string}
      digest: {required: true, type: string}
      mlops_run: {required: false, type: string}
jobs: {}
"""

BARE_RELEASE = """
name: Release a model
on:
  workflow_dispatch:
    inputs:
      model: {required: true, type: string}
      version: {required: true, type: string}
      digest: {required: true, type: string}
jobs: {}
"""

PUSH_ONLY = """
name: Lint
on: push
jobs: {}
"""
