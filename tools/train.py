"""Training models, in the words people ask for it."""

from __future__ import annotations

from tools.base import Tool
from tools.training import TrainModel, train_model
from tools.training_form import TRAINING_FORM
from tools.training_habits import HABITS
from tools.words import Slot, Words

train_model_tool = Tool(
    name="train_model",
    summary="Train, compare and keep the best model for a target, with an honest score.",
    args=TrainModel,
    run=train_model,
    effect="write",
    where="job",
    habits=HABITS,
    form=TRAINING_FORM,
    words=Words(
        verbs=(
            "train|retrain|fit|refit|build|make|create|learn|develop|run|try|tune|optimise|"
            "optimize|get|want",
            "need|like|give|set|start|use|do|grow|construct|produce|go|have|switch|repeat",
        ),
        nouns=(
            "model|models|classifier|regressor|regression|classification|predictor|estimator|"
            "forest",
            "boosting|xgboost|lightgbm|catboost|gbm|ridge|lasso|logistic|linear|tree|trees|knn",
            "automl|ensemble|neighbours|neighbors|hgb|rf",
        ),
        phrases=(
            "train|retrain|fit|refit",
            "train|retrain|fit|refit|learn ~ model|classifier|regressor|regression|predictor|"
            "<column>",
            "predict|forecast|estimate|classify|guess|infer|regress|foresee|anticipate <column>",
            "detect|flag|identify|recognise|recognize|determine|diagnose|learn|train|fit <column>",
            "classifier|regressor|regression|classification|predictor ~ for|on|of|:",
            "k? gradient|random|extra|decision|elastic|nearest? "
            "forest|boosting|boosted|ridge|lasso|net|tree|trees|xgboost|lightgbm|knn|linear|"
            "logistic|"
            "neighbours|neighbors ~ "
            "for|on|of|: <column>",
            "predict|forecast|estimate|classify|guess|infer|foresee ~ who|whether|if|which|what|"
            "how ~ <column>",
            "predict|forecast|estimate|classify|guess|infer|regress",
            "model it|this|that",
            "automl ~ <column>",
            "need|want|like|make|give|get|build ~ forecast|prediction|predictions of|for <column>",
            "<column> model|classifier|regressor|predictor $",
            "<column> model|classifier|regressor|predictor ,",
            "find|search|get ~ best model for|on <column>",
            "give|spend ~ minutes|minute|hours|hour|seconds ~ on|for|training <column>",
            "build|make|create|train|want|need|develop something|anything|thing|tool ~ tell|tells|"
            "predicts|predict|say|says|guess|guesses|flags|flag|knows|know ~ who|which|whether|if|"
            "how",
            "able to predict|forecast|estimate",
            "<column> be|as|is ~ target|label|outcome|response|predict|goal",
            "<column> be|is what|thing|one|number|column|value|figure ~~ predict|forecast|"
            "estimate|model",
            "<column> ~ be|as|is ~ target|label|outcome|response|goal",
            "target|label|outcome|response variable|column? should|shall|must|will? be|is|=|: ~ "
            "<column>",
            "which|what <column> be|is it|this|that|they|he|she",
            "model <column>",
            "predictive|prediction|ml model",
            "machine learning",
        ),
        unless=(
            "how many|much ~ model|models",
            "workflow|pipeline|endpoint|drift|predictions",
            "over|on|against|in ~ file|batch",
            "watch|watching|monitor|monitoring|track|tracking",
            "ready ~ model|modelling|modeling|training",
            "with|by|using|through|via|in|open|show|fill ~ form|dialog",
        ),
        lacks={
            "I do not train neural networks. There are linear models, trees, forests, boosting and "
            'neighbours; "train a model" tries several and keeps the best.': (
                "neural|deep net|nets|network|networks|learning",
                "lstm|transformer|perceptron|mlp|cnn|rnn|keras|pytorch|tensorflow|bert|gpt",
            ),
            "I do not have that algorithm. There are linear models, trees, forests, boosting and "
            'neighbours; "train a model" tries several and keeps the best.': (
                "svm|svms|svc|svr",
                "support vector",
                "naive bayes",
                "arima|sarima|prophet",
                "gaussian process",
            ),
            "I do not look for groups in data: a model here learns to predict one column. Ask, for "
            'example, "how many rows per …" to see the groups a column has.': (
                "kmeans|dbscan|clustering",
                "k means",
                "cluster|segment ~ data|dataset|rows|customers|them|it|<column>",
            ),
        },
        slots={
            "target": Slot(
                "column",
                says=(
                    "target|label|outcome|response|goal variable|column|be|is? be|is|=|:|should|"
                    "to ~ <>",
                    "<> ~ be|as|is ~ target|label|outcome|response|goal",
                    "classify ~~ by|into|as <>",
                    "predict|forecast|estimate|classify|guess|infer|regress|foresee|anticipate|"
                    "predicting ~ <>",
                    "<> be|is what|thing|one|number|column|value|figure ~~ predict|forecast|"
                    "estimate|model",
                    "detect|flag|identify|recognise|recognize|determine|diagnose ~ <>",
                    "predict|forecast|estimate|classify|guess|infer ~~ who|whether|if|which|what|"
                    "how ~ <>",
                    "train|retrain|fit|refit|learn|model|models on|for|against|of|to|towards <>",
                    "classifier|regressor|regression|classification|model|models|forest|boosting|"
                    "predictor|estimator|tree|trees|ridge|lasso|linear|logistic|xgboost|knn|it|"
                    "one ~ "
                    "on|for|of|to|against|targeting|explaining|explains|: ~ <>",
                    "<> classifier|regressor|predictor|model|estimator|regression|classification|"
                    "prediction|forecast|forecasting",
                    "which|what <> be|is",
                    "model|train|fit|learn|regress|explain|targeting <>",
                    "who|whether|if ~ <>",
                    "for|on|of <>",
                ),
                ask="Which column shall the model predict?",
                spare=True,
            ),
            "task": Slot(
                "choice",
                values={
                    "classification": (
                        "classifier|classifiers|classification|classify|classifying",
                        "logistic regression?",
                    ),
                    "regression": ("regression|regressor|regress|regressors",),
                },
            ),
            "algorithm": Slot(
                "choice",
                values={
                    "logistic_regression": (
                        "logistic regression|model|classifier?",
                        "logit|logreg",
                    ),
                    "ridge": ("ridge regression|model?",),
                    "elastic_net": ("elastic net", "elasticnet|lasso"),
                    "linear": ("linear regression|model|regressor?", "ols", "least squares"),
                    "decision_tree": ("decision tree|trees", "cart", "single|simple|one tree"),
                    "random_forest": ("random forest|forests", "forest|forests|rf|randomforest"),
                    "extra_trees": (
                        "extra trees|tree",
                        "extratrees",
                        "extremely randomised|randomized trees",
                    ),
                    "gradient_boosting": (
                        "gradient boosting|boosted|boost trees|tree|machine|machines?",
                        "boosting|boosted|xgboost|lightgbm|catboost|gbm|gbdt|hgb|xgb|lgbm|gbt",
                    ),
                    "nearest_neighbours": (
                        "k? nearest neighbours|neighbors|neighbour|neighbor",
                        "knn|neighbours|neighbors",
                    ),
                },
            ),
            "metric": Slot(
                "choice",
                values={
                    "balanced_accuracy": ("balanced accuracy",),
                    "accuracy": ("accuracy",),
                    "roc_auc": ("roc auc?", "auc|auroc", "area under ~ curve"),
                    "f1": ("f1 score?", "f score|measure", "fscore"),
                    "log_loss": ("log loss", "logloss", "cross entropy"),
                    "mae": ("mae", "mean? absolute error|deviation"),
                    "rmse": ("rmse|mse", "root ~ squared|square error", "mean? squared error"),
                    "r2": ("r2", "r squared|square", "variance explained", "explained variance"),
                },
            ),
            "time_budget_s": Slot("seconds"),
            "exclude": Slot(
                "columns",
                says=(
                    "except|excluding|without|ignoring|ignore|exclude|omit|omitting|minus|bar|"
                    "barring "
                    "for|using|column|columns|feature|features|variable|variables? <>",
                    "leave|leaving|left out|aside? column|columns? <>",
                    "other than column|columns? <>",
                    "apart|aside from column|columns? <>",
                    "everything|all|columns but for? column|columns? <>",
                    "but not for? column|columns? <>",
                    "but column|columns? <>",
                    "not use|using|include|including|with|consider|considering|learn from? column|"
                    "columns? <>",
                    "drop|dropping|skip|skipping|remove|removing|forget|forgetting about? column|"
                    "columns? <>",
                    "get|getting rid of <>",
                    "leave|leaving <> out|aside",
                    "do not use|include|consider column|columns? <>",
                    "no <>",
                    "<> ~ must|should|may|can|could|will|shall not be|get? "
                    "used|included|considered|part",
                    "<> ~ be|is|are off limits|forbidden|taboo",
                ),
                only=(
                    "only|solely|exclusively use|using|with|from|on|consider|considering? "
                    "column|columns|feature|features|predictor|predictors|variable|variables? <>",
                    "using|use|given|consider only|solely? "
                    "column|columns|feature|features|predictor|predictors|variable|variables? <>",
                    "from only? column|columns|feature|features? <>",
                    "based|depending|relying on only? column|columns? <>",
                    "with <> as|only|alone|features|predictors|inputs|input",
                    "features|predictors|inputs be|are|=|: <>",
                    "with only column|columns|feature|features? <>",
                    "<> only",
                ),
            ),
            "name": Slot("name", says=("call|name it|model|this <>", "called|named <>")),
        },
    ),
    examples=("train a model to predict Fare", "which species is it? build a classifier"),
)
